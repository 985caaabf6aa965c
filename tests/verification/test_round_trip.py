"""Every equation that our own documents print is read back and verified against the network that it was derived from."""
