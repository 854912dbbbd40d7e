"""Amount over time: from doses to effect-site exposure."""
