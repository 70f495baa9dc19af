"""What is stored about a person, how long anything is stored, servers that left."""
