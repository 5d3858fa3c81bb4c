import Foundation

/// A file that is written as a whole or not at all.
public enum AtomicFile {
    /// The system's error number.
    public struct Failure: Error {
        public var number: Int32
    }

    /// Writes beside the file first and puts that in its place.
    /// - Parameter overwriting: false leaves a file that is there as it is, and fails with `EEXIST`.
    public static func write(
        _ text: String, to path: String, mode: mode_t, overwriting: Bool = true
    ) throws(Failure) {
        var template = Array((path + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        let temporary = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        do throws(Failure) {
            try fill(descriptor, with: text, mode: mode)
            guard overwriting else {
                // Unlike a renaming, a link takes no file's place.
                guard link(temporary, path) == 0 else { throw Failure(number: errno) }
                unlink(temporary)
                return
            }
            guard rename(temporary, path) == 0 else { throw Failure(number: errno) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private static func fill(_ descriptor: Int32, with text: String, mode: mode_t) throws(Failure) {
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(number: errno) }
            rest = rest.dropFirst(count)
        }
        guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else { throw Failure(number: errno) }
    }
}
