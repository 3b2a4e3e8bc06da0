"""The foundation of all packages: values, operations, runs and errors."""
