"""The account's state backend: what holds the states of all stacks."""
