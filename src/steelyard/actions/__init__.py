"""One function per job; joins keeping with analysing."""
