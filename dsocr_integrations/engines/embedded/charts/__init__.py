"""Charts: from shapes and labels to the table they were drawn from.

A scene (shapes and text labels with their places) comes from the drawing paths of a page or
from the pixels of a picture; everything after that is shared. Coordinates are points of the
region (pixels for pictures), origin top left, y downwards.
"""
