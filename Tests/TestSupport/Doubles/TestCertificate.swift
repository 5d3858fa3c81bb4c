import NIOSSL

/// A self-signed certificate for 127.0.0.1, another for agents.example.org and 127.0.0.1, and their keys. They protect nothing.
public enum TestCertificate {
    public static func context() throws -> NIOSSLContext { try context(certificate, key) }

    /// Of a server with the certificate ``named``.
    public static func namedContext() throws -> NIOSSLContext { try context(named, namedKey) }

    private static func context(_ certificate: String, _ key: String) throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
    }

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBjzCCATagAwIBAgIUCrJdUzK+SzV6QbsCcA0qJyVwF2cwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTAzNDQ1OFoYDzIxMjYxMDI4
        MDM0NDU4WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQBk3kIhT6OH75mUTppZKlTvp37z4ocUolHmz8Fqq33yWJxZu+ZMEqi
        yYlsyUgC3BU0buXWQYGvjTbxOMsQa0pKo2QwYjAdBgNVHQ4EFgQUWy5fnnSwXTpi
        tJj2hdPyBhsLthcwHwYDVR0jBBgwFoAUWy5fnnSwXTpitJj2hdPyBhsLthcwDwYD
        VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
        IGgD/FjMLzNV/iYg8aQLEkWsKClPemYPu5kpnZo83aGNAiA1v+1m6j8e9qb/JSj6
        h2O6lig/7IbRRw5m2vOnPaqMjg==
        -----END CERTIFICATE-----
        """

    /// The name of the file with ``named`` in a folder of authorities: a hash of its subject.
    public static let namedHash = "fff15888"

    public static let named = """
        -----BEGIN CERTIFICATE-----
        MIIBtjCCAVygAwIBAgIUPbQsNlYInMch21lr8NvQe5+OOxAwCgYIKoZIzj0EAwIw
        HTEbMBkGA1UEAwwSYWdlbnRzLmV4YW1wbGUub3JnMCAXDTI2MTEyODA1NTUzMloY
        DzIxMjYxMTA0MDU1NTMyWjAdMRswGQYDVQQDDBJhZ2VudHMuZXhhbXBsZS5vcmcw
        WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR26Z4hVD6n6YkOouUpSsbXTbZpxi1y
        S7+Ix+dyh5g5fqNX2pH3vkr5gh+pxLSpOMZlpUXSxFSHQ+tOJmJ7fPbro3gwdjAd
        BgNVHQ4EFgQU2qxjvX5x5pcjPaHO9dx9PXd/JVcwHwYDVR0jBBgwFoAU2qxjvX5x
        5pcjPaHO9dx9PXd/JVcwDwYDVR0TAQH/BAUwAwEB/zAjBgNVHREEHDAaghJhZ2Vu
        dHMuZXhhbXBsZS5vcmeHBH8AAAEwCgYIKoZIzj0EAwIDSAAwRQIgXT3dUfMoeZzb
        KKnN0wov7ekq+sJBZCK2sW6iKaxANVACIQDBllRIzdNE/4Yjd77x512lnFMEPMfz
        mOFzAANQ+119ug==
        -----END CERTIFICATE-----
        """

    private static let namedKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUDuw2i/O+paXvUhm
        7Qs7Voj+a5v8pVOyQU/XOJ662AyhRANCAAR26Z4hVD6n6YkOouUpSsbXTbZpxi1y
        S7+Ix+dyh5g5fqNX2pH3vkr5gh+pxLSpOMZlpUXSxFSHQ+tOJmJ7fPbr
        -----END PRIVATE KEY-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLSAyeNFWTGD0Ga9u
        cI4UNqO0Uqar6qvNoRv6Avk/biShRANCAAQBk3kIhT6OH75mUTppZKlTvp37z4oc
        UolHmz8Fqq33yWJxZu+ZMEqiyYlsyUgC3BU0buXWQYGvjTbxOMsQa0pK
        -----END PRIVATE KEY-----
        """
}
