"""Training data: readers of the shared data sets, generated characters, splits, augmentation."""
