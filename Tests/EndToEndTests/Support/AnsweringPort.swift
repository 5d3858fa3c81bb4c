import Foundation

/// A local port that answers every request with the same bytes until it is released.
final class AnsweringPort {
    let port: Int
    private let listener: Int32

    /// - Parameter willAnswer: called when a request has been read, before it is answered.
    convenience init(answer: String, willAnswer: @escaping @Sendable () -> Void = {}) throws {
        try self.init(answer: Array(answer.utf8), willAnswer: willAnswer)
    }

    init(answer: [UInt8], willAnswer: @escaping @Sendable () -> Void = {}) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (descriptor, length) = (listener, size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isListening else { throw CocoaError(.featureUnsupported) }
        Thread.detachNewThread {
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else {
                    // Here and not in `deinit`: a number that is closed while this thread uses it may be another file's.
                    close(descriptor)
                    return
                }
                Self.read(client)
                willAnswer()
                Self.send(answer, to: client)
                close(client)
            }
        }
    }

    /// Sends everything, unless the client closes before.
    private static func send(_ answer: [UInt8], to client: Int32) {
        var rest = answer[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    deinit {
        // Makes `accept` return, so that the thread ends.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// Reads a request with its body.
    private static func read(_ client: Int32) {
        var received = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            received.append(contentsOf: buffer[..<count])
            let text = String(decoding: received, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { continue }
            let length = text[..<end.lowerBound].lowercased().firstMatch(of: /content-length: *(\d+)/)
                .flatMap { Int($0.output.1) }
            if text[end.upperBound...].utf8.count >= length ?? 0 { return }
        }
    }
}
