"""Apache Spark: sessions, and the engine that derives over a cluster. Needs the extra ``spark``."""
