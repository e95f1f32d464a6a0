"""For authors of what people type: training of the model, its record, the checks of phrases, the command `hear`."""
