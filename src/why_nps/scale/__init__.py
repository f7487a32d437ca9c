"""Files of any size: coded in parts that survive whatever stops the work, and read back."""

from why_nps.scale.job import BatchResult, code_file
from why_nps.scale.reading_back import read_coded

__all__ = ["BatchResult", "code_file", "read_coded"]
