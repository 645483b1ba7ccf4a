"""From the model to the program: what each line of the script needs."""
