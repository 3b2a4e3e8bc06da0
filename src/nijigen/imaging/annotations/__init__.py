"""Writers of data sets: a file for each format, over ``samples.Sample``.

COCO and YOLO for regions, captions of kohya and Hydrus for tags, WebDataset and Parquet for all.
"""
