"""Line extraction: contours, interior lines, shadow borders and hatching of a drawing."""
