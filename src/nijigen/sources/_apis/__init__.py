"""The software of sites: how each is asked, and how its answers are read.

Answers of Danbooru, Moebooru and Gelbooru's older software are read by gallery-dl, which follows
what these sites change; it runs as a program beside this one and speaks to them through a relay, so
that keys, pace and addresses stay in one place (``_web``). What it does not know has a reader here.
"""
