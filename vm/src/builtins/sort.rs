//! `array.sort()`, as state machines.
//!
//! A comparison may be a call of a script function, during which the sort has
//! to wait without using the native stack. So each algorithm is a [`Sorter`]: a
//! handful of numbers that says which two elements it wants to have compared
//! and takes the answer. Between the two the numbers rest in locals of the
//! native. When nothing has to be called the same machine runs in a loop.
//!
//! Squirrel 3 sorts with [a heapsort](HeapSort) whose treatment of equal
//! elements programs can see, so it is followed to the letter. impOS documents
//! no more than "not stable"; there we use [a merge sort](MergeSort), which is
//! stable and compares less.
//!
//! Both leave the array a permutation of what it was at any moment, so errors
//! in the callback lose nothing.

use super::common::{changed, keep, kept, kept_position};
use crate::heap::local::{Array, Comparison, Cx, Local, Raise};
use crate::native::Returns;
use core::cmp::Ordering;
use core::mem;
use tamias_bytecode::Edition;

/// `sort([function(left, right)])`: sorts in place, by the order of `<=>` or by what the function says: a number
/// below, equal to or above zero.
pub(super) fn sort<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    if array.len() < 2 {
        return changed(cx);
    }
    match cx.edition() {
        Edition::Squirrel3 => HeapSort::start(cx, array),
        Edition::Imp | Edition::ImpCompat => MergeSort::start(cx, array),
    }
}

/// Kept by all sorters: the length of the array, which must not change.
const LENGTH: usize = 0;

/// A sort between two comparisons.
trait Sorter: Sized {
    /// Takes the state from the locals of the native.
    fn load(cx: &Cx<'_>) -> Self;

    /// Puts the state into the locals of the native, which exist already.
    fn store(&self, cx: &mut Cx<'_>);

    /// The positions of the two elements to be compared next; `None` when the array is sorted.
    fn next<'v>(&mut self, cx: &mut Cx<'v>, array: Array<'v>) -> Option<(usize, usize)>;

    /// Takes the order of the elements that [`Sorter::next`] has named.
    fn answer<'v>(&mut self, cx: &mut Cx<'v>, array: Array<'v>, ordering: Ordering) -> Result<(), Raise>;
}

/// Runs a sort to its end or up to the next call.
fn run<'v, S: Sorter>(cx: &mut Cx<'v>, mut sorter: S) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    let function = cx.raw_arg(1);
    while let Some((left, right)) = sorter.next(cx, array) {
        let left = array.get(left).unwrap_or(Local::NULL);
        let right = array.get(right).unwrap_or(Local::NULL);
        if !function.is_null() {
            sorter.store(cx);
            return cx.call_then(function, cx.root(), &[left, right], after_function::<S>);
        }
        match cx.compare(left, right)? {
            Comparison::Order(ordering) => sorter.answer(cx, array, ordering)?,
            Comparison::Call { method } => {
                sorter.store(cx);
                return cx.call_then(method, left, &[right], after_metamethod::<S>);
            }
        }
    }
    changed(cx)
}

/// Goes on with a sort whose function has given this result.
fn after_function<'v, S: Sorter>(cx: &mut Cx<'v>, result: Local<'v>) -> Returns<'v> {
    let number = match (result.as_int(), result.as_float(), result.as_bool()) {
        (Some(number), _, _) => number,
        // Cut before it is looked at: 0.5 means equal.
        (_, Some(number), _) => number as i32,
        (_, _, Some(truth)) => truth.into(),
        _ => {
            return Err(
                cx.error(format_args!("numeric value expected as return value of the compare function"))
            );
        }
    };
    go_on::<S>(cx, number.cmp(&0))
}

/// Goes on with a sort for which `_cmp` has given this result.
fn after_metamethod<'v, S: Sorter>(cx: &mut Cx<'v>, result: Local<'v>) -> Returns<'v> {
    match result.as_int() {
        Some(number) => go_on::<S>(cx, number.cmp(&0)),
        None => Err(cx.error(format_args!("_cmp must return an integer"))),
    }
}

fn go_on<'v, S: Sorter>(cx: &mut Cx<'v>, ordering: Ordering) -> Returns<'v> {
    let array: Array = cx.arg(0)?;
    if array.len() != kept_position(cx, LENGTH) {
        return Err(cx.error(format_args!("array resized during sort operation")));
    }
    let mut sorter = S::load(cx);
    sorter.answer(cx, array, ordering)?;
    run(cx, sorter)
}

/// The heapsort of the reference, which takes the elements 2r and 2r + 1 for the children of element r although
/// positions count from zero (so element 0 is a child of itself). Programs can see where it leaves equal elements
/// (reference semantics, section 9).
///
/// To sift a node down, the reference compares twice on each level: the children with each other, and the greater
/// one with the node. Here a sift first follows the greater children to the bottom and then climbs back to where
/// the node belongs, which is near the bottom nearly always (R. W. Floyd; I. Wegener's bottom-up heapsort). On the
/// way down elements do not increase, so both find the same place, whatever the order of equal elements; but
/// this one asks a compare function half as often. Only a function that contradicts itself can tell them apart.
struct HeapSort {
    /// Number of elements.
    length: usize,
    /// Number of the sift that is going on: first one for each inner node, which builds the heap, then one for
    /// each element that is taken off it.
    sift: usize,
    /// Where the sift has come to.
    node: usize,
    /// What it does there.
    step: Step,
}

/// What a sift does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It looks for the greater child.
    Descend = 0,
    /// It looks for the lowest place under something that is not smaller.
    Climb = 1,
    /// Element 0 is its own greater child, so the reference compares it with itself.
    CompareWithItself = 2,
}

impl HeapSort {
    // What it keeps.
    const SIFT: usize = 1;
    const NODE: usize = 2;
    const STEP: usize = 3;

    fn start<'v>(cx: &mut Cx<'v>, array: Array<'v>) -> Returns<'v> {
        let length = array.len();
        cx.push_local(length);
        for _ in [Self::SIFT, Self::NODE, Self::STEP] {
            cx.push_local(0);
        }
        let mut sorter = HeapSort { length, sift: 0, node: 0, step: Step::Descend };
        sorter.start_sift();
        run(cx, sorter)
    }

    /// Number of sifts that build the heap.
    fn building_sifts(&self) -> usize {
        self.length / 2 + 1
    }

    /// Number of sifts in all.
    fn all_sifts(&self) -> usize {
        self.building_sifts() + self.length - 1
    }

    /// The node that is sifted down.
    fn root(&self) -> usize {
        (self.length / 2).saturating_sub(self.sift)
    }

    /// The last element of the heap during this sift.
    fn bottom(&self) -> usize {
        match self.sift.checked_sub(self.building_sifts()) {
            None => self.length - 1,
            Some(taken) => self.length - 2 - taken,
        }
    }

    fn start_sift(&mut self) {
        (self.node, self.step) = match (self.root(), self.bottom()) {
            (0, 0) => (0, Step::CompareWithItself),
            (0, _) => (1, Step::Descend),
            (root, _) => (root, Step::Descend),
        };
    }

    fn start_next_sift(&mut self, array: Array<'_>) {
        self.sift += 1;
        if self.sift >= self.all_sifts() {
            return;
        }
        if self.sift >= self.building_sifts() {
            array.swap(0, self.bottom() + 1);
        }
        self.start_sift();
    }

    /// Puts the node that is sifted where the climb has ended; what is above moves up.
    fn place(&mut self, array: Array<'_>) {
        let root = self.root();
        while self.node != root {
            array.swap(root, self.node);
            self.node /= 2;
        }
        self.start_next_sift(array);
    }
}

impl Sorter for HeapSort {
    fn load(cx: &Cx<'_>) -> HeapSort {
        HeapSort {
            length: kept_position(cx, LENGTH),
            sift: kept_position(cx, Self::SIFT),
            node: kept_position(cx, Self::NODE),
            step: match kept_position(cx, Self::STEP) {
                0 => Step::Descend,
                1 => Step::Climb,
                _ => Step::CompareWithItself,
            },
        }
    }

    fn store(&self, cx: &mut Cx<'_>) {
        keep(cx, Self::SIFT, self.sift);
        keep(cx, Self::NODE, self.node);
        keep(cx, Self::STEP, self.step as usize);
    }

    fn next<'v>(&mut self, _: &mut Cx<'v>, array: Array<'v>) -> Option<(usize, usize)> {
        while self.sift < self.all_sifts() {
            let left = self.node * 2;
            match self.step {
                Step::Descend if left < self.bottom() => return Some((left, left + 1)),
                Step::Descend => {
                    if left == self.bottom() {
                        self.node = left;
                    }
                    self.step = Step::Climb;
                }
                Step::Climb if self.node != self.root() => return Some((self.root(), self.node)),
                Step::Climb => self.start_next_sift(array),
                Step::CompareWithItself => return Some((0, 0)),
            }
        }
        None
    }

    fn answer<'v>(&mut self, cx: &mut Cx<'v>, array: Array<'v>, ordering: Ordering) -> Result<(), Raise> {
        match self.step {
            Step::Descend => self.node = self.node * 2 + usize::from(ordering.is_le()),
            Step::Climb if ordering.is_lt() => self.place(array),
            Step::Climb if self.node == 1 && self.root() == 0 && ordering.is_gt() => {
                self.step = Step::CompareWithItself;
            }
            Step::Climb => self.node /= 2,
            Step::CompareWithItself if ordering.is_lt() => {
                return Err(cx.error(format_args!("inconsistent compare function")));
            }
            Step::CompareWithItself => self.start_next_sift(array),
        }
        Ok(())
    }
}

/// A merge sort of linked lists: D. E. Knuth, The Art of Computer Programming, volume 3, 5.2.4, algorithm L.
///
/// The elements stay where they are until the end. What is merged are lists of their numbers, from 1 on: the
/// link of an element is the number of the next one in its sorted run, and the last element of a run has the
/// number of the first element of the next run but one, negated, because runs are dealt alternately to two
/// lists. The heads of the two lists are the links 0 and length + 1. So sorting takes one array of integers,
/// and the array itself is not touched while functions are called.
struct MergeSort {
    /// The last element of the run that is being put together, or the head of its list.
    end: i32,
    /// The last element of the other list of finished runs, or its head.
    other_end: i32,
    /// The next element of the first of the two runs that are merged.
    first: i32,
    /// The next element of the second one; 0 when there is only one run left in all.
    second: i32,
}

impl MergeSort {
    // What it keeps.
    const LINKS: usize = 1;
    const END: usize = 2;
    const OTHER_END: usize = 3;
    const FIRST: usize = 4;
    const SECOND: usize = 5;

    /// At first each element is a run: those with odd numbers are in one list, the others in the other.
    fn start<'v>(cx: &mut Cx<'v>, array: Array<'v>) -> Returns<'v> {
        let length = array.len();
        let links = cx.array(length + 2)?;
        links.push(cx, 1)?;
        for number in 1..=length {
            let has_successor = number + 2 <= length;
            links.push(cx, if has_successor { -(number as i32 + 2) } else { 0 })?;
        }
        links.push(cx, 2)?;
        cx.push_local(length);
        cx.push_local(links);
        for _ in [Self::END, Self::OTHER_END, Self::FIRST, Self::SECOND] {
            cx.push_local(0);
        }
        run(cx, MergeSort { end: 0, other_end: length as i32 + 1, first: 1, second: 2 })
    }

    /// Begins to merge the runs of the two lists pairwise.
    fn start_pass(&mut self, links: Links<'_>) {
        self.end = 0;
        self.other_end = links.length() + 1;
        self.first = links.get(self.end);
        self.second = links.get(self.other_end);
    }
}

impl Sorter for MergeSort {
    fn load(cx: &Cx<'_>) -> MergeSort {
        let number = |index| kept(cx, index).as_int().unwrap_or(0);
        MergeSort {
            end: number(Self::END),
            other_end: number(Self::OTHER_END),
            first: number(Self::FIRST),
            second: number(Self::SECOND),
        }
    }

    fn store(&self, cx: &mut Cx<'_>) {
        keep(cx, Self::END, self.end);
        keep(cx, Self::OTHER_END, self.other_end);
        keep(cx, Self::FIRST, self.first);
        keep(cx, Self::SECOND, self.second);
    }

    fn next<'v>(&mut self, cx: &mut Cx<'v>, array: Array<'v>) -> Option<(usize, usize)> {
        if self.second == 0 {
            if let Some(links) = Links::kept(cx) {
                links.arrange(cx, array);
            }
            return None;
        }
        Some((self.first as usize - 1, self.second as usize - 1))
    }

    fn answer<'v>(&mut self, cx: &mut Cx<'v>, _: Array<'v>, ordering: Ordering) -> Result<(), Raise> {
        let Some(links) = Links::kept(cx) else { return Ok(()) };
        let (taken, waiting) = match ordering {
            Ordering::Greater => (&mut self.second, &mut self.first),
            Ordering::Less | Ordering::Equal => (&mut self.first, &mut self.second),
        };
        links.redirect(cx, self.end, *taken);
        self.end = *taken;
        *taken = links.get(*taken);
        if *taken > 0 {
            return Ok(());
        }
        // The run that it came from is used up: what is left of the other one follows as it is.
        links.set(cx, self.end, *waiting);
        let mut last = *waiting;
        while links.get(last) > 0 {
            last = links.get(last);
        }
        *taken = -*taken;
        *waiting = -links.get(last);
        self.end = mem::replace(&mut self.other_end, last);
        if self.second == 0 {
            links.redirect(cx, self.end, self.first);
            links.set(cx, self.other_end, 0);
            self.start_pass(links);
        }
        Ok(())
    }
}

/// The links of a [`MergeSort`]. They are in an array that the program never sees.
#[derive(Clone, Copy)]
struct Links<'v>(Array<'v>);

impl<'v> Links<'v> {
    fn kept(cx: &Cx<'v>) -> Option<Links<'v>> {
        kept(cx, MergeSort::LINKS).as_array().map(Links)
    }

    /// Number of elements that are sorted.
    fn length(self) -> i32 {
        self.0.len() as i32 - 2
    }

    fn get(self, element: i32) -> i32 {
        self.0.get(element as usize).and_then(Local::as_int).unwrap_or(0)
    }

    fn set(self, cx: &mut Cx<'v>, element: i32, link: i32) {
        self.0.set(cx, element as usize, link);
    }

    /// Changes a link but not its sign: the end of a run stays one.
    fn redirect(self, cx: &mut Cx<'v>, element: i32, link: i32) {
        self.set(cx, element, if self.get(element) < 0 { -link } else { link });
    }

    /// Brings the elements into the order of the links that start at the first head. Exchanging leaves behind
    /// where the exchanged element went: 5.2, exercise 12 of the same book.
    fn arrange(self, cx: &mut Cx<'v>, array: Array<'v>) {
        let mut element = self.get(0);
        for place in 1..=self.length() {
            while element < place {
                element = self.get(element);
            }
            let next = self.get(element);
            array.swap(place as usize - 1, element as usize - 1);
            self.set(cx, element, self.get(place));
            self.set(cx, place, element);
            element = next;
        }
    }
}

#[cfg(test)]
mod tests {
    //! Whole sorts in a VM, with natives in the place of script functions.

    extern crate std;

    use super::{Array, Cx, Local, Ordering, Returns};
    use crate::native::{Flow, NativeFunction};
    use crate::value::{TypeMask, Value};
    use crate::{Config, Edition, Memory, Outcome, Vm};
    use std::vec::Vec;

    /// What is sorted, and then the result.
    struct Numbers {
        numbers: Vec<i32>,
        function: Option<&'static NativeFunction>,
        comparisons: usize,
    }

    const ANY: TypeMask = TypeMask::ANY;
    static SORT: NativeFunction =
        NativeFunction { required: 1, ..NativeFunction::new("sort", super::sort, &[ANY; 2]) };
    static START: NativeFunction = NativeFunction::new("start", start, &[ANY]);
    static BY_TENS: NativeFunction = NativeFunction::new("tens", by_tens, &[ANY; 3]);
    static APPENDING: NativeFunction = NativeFunction::new("appending", appending, &[ANY; 3]);

    /// Orders numbers by their tens, so that programs can tell equal ones apart.
    fn tens(number: i32) -> i32 {
        number / 10
    }

    fn by_tens<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
        let (left, right): (i32, i32) = (cx.arg(1)?, cx.arg(2)?);
        cx.host::<Numbers>().unwrap().comparisons += 1;
        Flow::value(tens(left) - tens(right))
    }

    /// Appends to the array that is sorted, which it finds in the root table.
    fn appending<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
        let array = cx.root().get_named(cx, "array").and_then(Local::as_array).unwrap();
        array.push(cx, 1)?;
        Flow::value(0)
    }

    fn native<'v>(function: &'static NativeFunction) -> Local<'v> {
        Local::new(Value::from_native(function))
    }

    fn start<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
        let Numbers { numbers, function, .. } = cx.host::<Numbers>().unwrap();
        let (numbers, function) = (numbers.clone(), *function);
        let array = cx.array(numbers.len())?;
        for number in numbers {
            array.push(cx, number)?;
        }
        cx.root().set_named(cx, "array", array)?;
        cx.push_local(array);
        let arguments: Vec<Local<'v>> = function.map(native).into_iter().collect();
        cx.call_then(native(&SORT), array, &arguments, note_result)
    }

    fn note_result<'v>(cx: &mut Cx<'v>, _: Local<'v>) -> Returns<'v> {
        let array: Array = cx.local(cx.arg_count()).as_array().unwrap();
        let numbers = (0..array.len()).filter_map(|position| array.get(position)?.as_int()).collect();
        cx.host::<Numbers>().unwrap().numbers = numbers;
        Flow::null()
    }

    fn sorted(edition: Edition, numbers: &[i32], function: Option<&'static NativeFunction>) -> Vec<i32> {
        sort_and_count(edition, numbers, function).0
    }

    /// The sorted numbers, and how often the function was called.
    fn sort_and_count(
        edition: Edition,
        numbers: &[i32],
        function: Option<&'static NativeFunction>,
    ) -> (Vec<i32>, usize) {
        let config = Config { edition, ..Config::default() };
        let mut vm = Vm::new(config, Memory::Host { limit: 1 << 22 }).unwrap();
        let mut host = Numbers { numbers: numbers.to_vec(), function, comparisons: 0 };
        let start = vm.with(&mut host, |cx| cx.handle(native(&START))).unwrap();
        assert_eq!(vm.call(&mut host, &start, &[]), Ok(Outcome::Done));
        (host.numbers, host.comparisons)
    }

    /// The algorithm of the reference as nested loops.
    fn heap_sorted(numbers: &[i32], compare: fn(i32, i32) -> Ordering) -> Vec<i32> {
        fn sift(numbers: &mut [i32], mut root: usize, bottom: usize, compare: fn(i32, i32) -> Ordering) {
            while root * 2 <= bottom {
                let mut child = root * 2;
                if child != bottom && compare(numbers[child], numbers[child + 1]).is_le() {
                    child += 1;
                }
                if compare(numbers[root], numbers[child]).is_ge() {
                    return;
                }
                numbers.swap(root, child);
                root = child;
            }
        }
        let mut numbers = numbers.to_vec();
        for root in (0..=numbers.len() / 2).rev() {
            let bottom = numbers.len() - 1;
            sift(&mut numbers, root, bottom, compare);
        }
        for last in (1..numbers.len()).rev() {
            numbers.swap(0, last);
            sift(&mut numbers, 0, last - 1, compare);
        }
        numbers
    }

    /// Lists of each length up to 70, with many equal keys among them.
    fn lists() -> impl Iterator<Item = Vec<i32>> {
        let mut state = 1_u32;
        (0..70).map(move |length| {
            let numbers = (0..length).map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) as i32 % 200
            });
            numbers.collect()
        })
    }

    #[test]
    fn imp_sorts_are_stable() {
        for list in lists() {
            let mut expected = list.clone();
            expected.sort_by_key(|number| tens(*number));
            assert_eq!(sorted(Edition::Imp, &list, Some(&BY_TENS)), expected, "{list:?}");
        }
    }

    #[test]
    fn squirrel_3_leaves_equal_elements_where_the_reference_does() {
        for list in lists().filter(|list| !list.is_empty()) {
            let expected = heap_sorted(&list, |left, right| tens(left).cmp(&tens(right)));
            assert_eq!(sorted(Edition::Squirrel3, &list, Some(&BY_TENS)), expected, "{list:?}");
        }
    }

    #[test]
    fn the_default_order_is_that_of_the_numbers() {
        for list in lists() {
            let mut expected = list.clone();
            expected.sort();
            for edition in Edition::ALL {
                assert_eq!(sorted(edition, &list, None), expected, "{list:?}");
            }
        }
    }

    #[test]
    fn comparisons_are_few() {
        let list: Vec<i32> = (0..1024).map(|number| number * 7_919 % 10_007).collect();
        for edition in Edition::ALL {
            let (_, comparisons) = sort_and_count(edition, &list, Some(&BY_TENS));
            // No sort can do with less than 8770 on average; the heapsort of the reference needs about 18,500.
            assert!(comparisons < 11_500, "{edition:?}: {comparisons}");
        }
    }

    #[test]
    fn the_array_must_not_be_resized() {
        for edition in Edition::ALL {
            let config = Config { edition, ..Config::default() };
            let mut vm = Vm::new(config, Memory::Host { limit: 1 << 22 }).unwrap();
            let mut host =
                Numbers { numbers: Vec::from([2, 1, 3]), function: Some(&APPENDING), comparisons: 0 };
            let start = vm.with(&mut host, |cx| cx.handle(native(&START))).unwrap();
            assert!(vm.call(&mut host, &start, &[]).is_err());
            vm.error_text(|text| assert_eq!(text, b"array resized during sort operation"));
        }
    }
}
