import Foundation
import SystemPackage

/// A file that is written as a whole or not at all.
public enum AtomicFile {
    /// Writes a temporary file beside `path`, syncs it, and moves it into place.
    /// - Parameters:
    ///   - mode: the permissions of the new file.
    ///   - overwriting: false leaves an existing file as it is and fails with `EEXIST`.
    public static func write(
        _ text: String, to path: String, mode: mode_t, overwriting: Bool = true
    ) throws(FileError) {
        var template = Array((path + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
        let temporary = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        do {
            try fill(FileDescriptor(rawValue: descriptor), with: text, mode: mode)
            if overwriting {
                try check(rename(temporary, path))
            } else {
                // Unlike rename, link does not replace an existing file.
                try check(link(temporary, path))
                unlink(temporary)
            }
        } catch {
            unlink(temporary)
            throw FileError(path: path, number: error.rawValue)
        }
    }

    private static func fill(_ file: FileDescriptor, with text: String, mode: mode_t) throws(Errno) {
        defer { try? file.close() }
        do {
            try file.writeAll(text.utf8)
        } catch {
            throw error as? Errno ?? .ioError
        }
        try check(fchmod(file.rawValue, mode))
        try check(fsync(file.rawValue))
    }

    private static func check(_ result: Int32) throws(Errno) {
        guard result == 0 else { throw Errno(rawValue: errno) }
    }
}
