"""Jobs: one operation on files: of a request, of a job of the queue, or of a batch."""
