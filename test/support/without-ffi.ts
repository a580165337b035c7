// Imported first, has heddle do without koffi in this process and its children.
process.env['HEDDLE_NO_FFI'] = '1';
