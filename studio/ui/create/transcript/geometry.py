"""Where turns lie: a running sum of heights with O(log n) reads and writes. No Qt.

The transcript may hold thousands of turns of which a handful are laid out; the others
carry an estimate. A Fenwick tree keeps prefix sums, so that one changed height, the top
of any turn and the turn at a scroll offset each cost a logarithm.
"""

from collections.abc import Iterable


class RunningHeights:
    """Heights in logical pixels of the turns, in order, with their running sum."""

    def __init__(self, heights_px: Iterable[int] = ()) -> None:
        self._heights: list[int] = []
        self._tree: list[int] = [0]
        self.reset(heights_px)

    def __len__(self) -> int:
        return len(self._heights)

    @property
    def total_px(self) -> int:
        """Height of everything."""
        return self.top_px(len(self._heights))

    def reset(self, heights_px: Iterable[int]) -> None:
        """Replace all heights; linear in their number."""
        self._heights = list(heights_px)
        tree = [0, *self._heights]
        for index in range(1, len(tree)):
            parent = index + (index & -index)
            if parent < len(tree):
                tree[parent] += tree[index]
        self._tree = tree

    def append(self, height_px: int) -> None:
        """Add one turn at the end."""
        self._heights.append(height_px)
        index = len(self._heights)
        total = height_px
        step = 1
        while step < (index & -index):
            total += self._tree[index - step]
            step <<= 1
        self._tree.append(total)

    def height_px(self, index: int) -> int:
        """Height of the turn *index*."""
        return self._heights[index]

    def set_height(self, index: int, height_px: int) -> int:
        """Change one height and return by how much it grew, in pixels (negative: shrank)."""
        grown = height_px - self._heights[index]
        if grown:
            self._heights[index] = height_px
            at = index + 1
            while at < len(self._tree):
                self._tree[at] += grown
                at += at & -at
        return grown

    def top_px(self, index: int) -> int:
        """Sum of the heights before the turn *index*; ``len`` gives the total."""
        total = 0
        at = index
        while at > 0:
            total += self._tree[at]
            at -= at & -at
        return total

    def index_at(self, y_px: int) -> int:
        """The turn that covers *y_px*: the first above the ground, the last below it, -1 when there is none."""
        if not self._heights:
            return -1
        at, rest = 0, max(0, y_px)
        step = 1 << (len(self._tree).bit_length() - 1)
        while step:
            following = at + step
            if following < len(self._tree) and self._tree[following] <= rest:
                at = following
                rest -= self._tree[following]
            step >>= 1
        return min(at, len(self._heights) - 1)

    def range_between(self, top_px: int, bottom_px: int) -> range:
        """The turns that cover any pixel from *top_px* up to, but not including, *bottom_px*."""
        if not self._heights or bottom_px <= 0 or top_px >= self.total_px:
            return range(0)
        return range(self.index_at(top_px), self.index_at(max(top_px, bottom_px - 1)) + 1)
