"""Moving pictures frame by frame: a file for each container, behind `container.Container`."""
