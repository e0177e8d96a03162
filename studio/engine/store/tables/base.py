"""The metadata that every table of the engine's database is registered on."""

from sqlalchemy import Column, Integer, MetaData, Table

SCHEMA = 2
"""Raised when a released table changes; new tables alone are simply created."""

metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True))
