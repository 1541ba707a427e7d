"""What officers do in a case beside its steps, as commands of `wengang cases`."""
