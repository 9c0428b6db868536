"""The study's files, parsed once from bytes into a frozen Study."""

from tenure.config.study import Attribution, Config, Study

__all__ = ["Attribution", "Config", "Study"]
