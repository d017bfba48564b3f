"""Tests of one reader."""
