"""What a person can write down: records, units, time, validation."""
