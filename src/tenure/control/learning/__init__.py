"""What is believed of sources and surroundings, learned from the evidence itself."""
