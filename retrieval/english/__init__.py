"""What is known of English: names, dates, quantities, clauses. Nothing else knows it."""
