"""Workers: processes that compute something of many shards; a file for each kind.

A shard is a part of the work that has no effects outside its result. So it may be computed again,
on another machine too, if the process that has it ends; what becomes of a result is up to the
caller, who resumes by not giving away what is done.
"""
