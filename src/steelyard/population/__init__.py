"""Reports of suspected side effects by many people: counted, compared with what would be expected, and never called a risk."""
