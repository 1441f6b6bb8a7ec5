//! `explain` as WebAssembly: a question in JSON in, the response in JSON out.
//!
//! The page calls [`input`] for a buffer, writes the question into it, calls [`ask`], and reads as many bytes from
//! [`output`] as that returned.

use std::cell::RefCell;

use zeroize::Zeroize as _;

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Makes room for a question of `length` bytes and returns its address.
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        input.clear();
        input.resize(length, 0);
        input.as_mut_ptr()
    })
}

/// Answers the question and returns the length of the response in bytes. The question is overwritten, because it has
/// secrets.
#[unsafe(no_mangle)]
pub extern "C" fn ask() -> usize {
    let response = INPUT.with_borrow_mut(|input| {
        let response = exh_oauth1::page::answer_json(&String::from_utf8_lossy(input), None);
        input.zeroize();
        response
    });
    let length = response.len();
    OUTPUT.with_borrow_mut(|output| *output = response);
    length
}

/// Returns the address of the response.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    OUTPUT.with_borrow(|output| output.as_ptr())
}
