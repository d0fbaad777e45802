//! What is told by the time of an answer. Apart from the other tests: a hundred tests beside them
//! would be what is measured.

mod enumeration;
