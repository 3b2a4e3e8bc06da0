"""Jobs: operations on files, for requests, for the job queue and for batches."""
