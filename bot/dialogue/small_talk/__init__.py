"""What is said to messages that are no questions to the articles."""
