"""What everything else speaks: values, operations, runs and errors."""
