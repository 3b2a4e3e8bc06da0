"""Line art analysis: ink, skeletons, gaps, region graphs; imports only core and imaging."""
