"""Reusable parts of pictures: sky, water, land, plants, buildings, creatures and things."""
