"""The networks of the tasks in other frameworks, one process each."""
