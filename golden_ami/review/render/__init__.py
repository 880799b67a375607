"""The review, for a terminal, a pull request, a program and a code scanner."""
