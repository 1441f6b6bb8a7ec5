//! Order, by one sort for things of any kind: one for each kind would add some 4 KB apiece to the program.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// The places of so many things, in order; equal ones stay as they are.
pub(crate) fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|one, other| compare(*one, *other));
    places
}
