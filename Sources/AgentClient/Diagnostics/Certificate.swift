import Foundation
import NIOCore
import NIOSSL
import Wire

/// The parts of a service's certificate that a diagnosis describes.
struct Certificate: Hashable, Sendable {
    /// The hosts it is for: names, some with `*` as their first label, and IP addresses.
    var names: [String]
    var validFrom: Date
    var validUntil: Date

    init(names: [String], validFrom: Date, validUntil: Date) {
        self.names = names
        self.validFrom = validFrom
        self.validUntil = validUntil
    }

    init(_ certificate: NIOSSLCertificate) {
        names = certificate._subjectAlternativeNames().compactMap { name in
            switch name.nameType {
            case .dnsName: String(decoding: name.contents, as: UTF8.self)
            case .ipAddress:
                (try? SocketAddress(packedIPAddress: ByteBuffer(bytes: name.contents), port: 0))?.ipAddress
            default: nil
            }
        }
        validFrom = Date(timeIntervalSince1970: Double(certificate.notValidBefore))
        validUntil = Date(timeIntervalSince1970: Double(certificate.notValidAfter))
    }

    /// Whether it covers a host (RFC 6125, 6.4).
    func isFor(_ host: String) -> Bool {
        let host = host.lowercased()
        return names.map { $0.lowercased() }.contains { name in
            guard name.hasPrefix("*.") else { return name == host }
            guard let dot = host.firstIndex(of: ".") else { return false }
            return host[dot...] == name.dropFirst()
        }
    }

    /// Why a handshake with it failed, and what to do.
    /// - Returns: nil if the failure is not about the certificate.
    func problem(for host: String, failure: TransportFailure, now: Date) -> String? {
        let names = names.isEmpty ? "no host" : self.names.prefix(4).joined(separator: ", ")
        if now > validUntil {
            return
                "The certificate of \(host) was valid until \(Self.day(validUntil)). The operator of \(host) has to renew it, "
                + "unless this computer's clock is wrong."
        }
        if now < validFrom {
            return
                "The certificate of \(host) is not valid before \(Self.day(validFrom)). Check this computer's clock."
        }
        if !isFor(host) {
            return "The certificate is for \(names), and not for \(host). Check the url of the account."
        }
        guard failure == .insecure("CERTIFICATE_VERIFY_FAILED") else { return nil }
        return
            "No issuer that this computer trusts has signed the certificate of \(host) (for \(names), valid until "
            + "\(Self.day(validUntil))). If it is your own, name a file with its issuer's certificate in ca-file."
    }

    static func day(_ date: Date) -> String { date.formatted(.iso8601.year().month().day()) }
}
