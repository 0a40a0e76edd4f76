"""The steps from a feed on the network to a message at a person's, one file a step."""
