"""What is kept between runs: conversations and ratings."""
