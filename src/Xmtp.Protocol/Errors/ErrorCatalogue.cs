using System.Collections.Frozen;
using Grpc.Core;

namespace Xmtp.Protocol.Errors;

/// <summary>
/// Every failure of the node and the client, in one place; <c>docs/reference/errors.md</c> is checked against it.
/// 1xxx: what a caller sent. 2xxx: who the caller is. 3xxx: the state of the node. 4xxx: the client's own.
/// </summary>
public static class ErrorCatalogue
{
    /// <summary>The topic is longer than <see cref="Limits.TopicLengthMaxBytes"/>.</summary>
    public static readonly ErrorCode TopicTooLong = new("XMTP1001", "topic too long", StatusCode.InvalidArgument, false,
        "Shorten the topic to 300 UTF-8 bytes.");

    /// <summary>The message is longer than <see cref="Limits.MessageLengthMaxBytes"/>.</summary>
    public static readonly ErrorCode MessageTooLong = new("XMTP1002", "message too long", StatusCode.InvalidArgument, false,
        "Send at most 1,048,214 bytes per envelope; put larger content in a remote attachment.");

    /// <summary>The sender time does not fit a signed 64-bit number.</summary>
    public static readonly ErrorCode TimestampOutOfRange = new("XMTP1003", "timestamp out of range", StatusCode.InvalidArgument, false,
        "State the time in nanoseconds since 1970, below 2^63.");

    /// <summary>A query named no topic.</summary>
    public static readonly ErrorCode TopicsRequired = new("XMTP1004", "content topics required", StatusCode.InvalidArgument, false,
        "Name at least one content topic.");

    /// <summary>A query asked for more rows than a page holds.</summary>
    public static readonly ErrorCode PageTooLarge = new("XMTP1005", "page too large", StatusCode.InvalidArgument, false,
        "Ask for at most 100 rows (500 on one userpreferences topic) and follow the cursor.");

    /// <summary>A cursor without an index, or with a digest of another length than 32 bytes.</summary>
    public static readonly ErrorCode CursorInvalid = new("XMTP1006", "cursor invalid", StatusCode.InvalidArgument, false,
        "Send back the cursor of the last response unchanged, or none.");

    /// <summary>A batch held too many queries.</summary>
    public static readonly ErrorCode BatchTooLarge = new("XMTP1007", "batch too large", StatusCode.InvalidArgument, false,
        "Send at most 50 queries in one batch.");

    /// <summary>The request's bytes do not parse.</summary>
    public static readonly ErrorCode MalformedRequest = new("XMTP1008", "malformed request", StatusCode.InvalidArgument, false,
        "Check the body against the API description at /swagger.json.");

    /// <summary>The request is larger than <see cref="Limits.RequestLengthMaxBytes"/>.</summary>
    public static readonly ErrorCode RequestTooLarge = new("XMTP1009", "request too large", StatusCode.ResourceExhausted, false,
        "Split the request; one may have at most 50 MiB.");

    /// <summary>No such path.</summary>
    public static readonly ErrorCode NotFound = new("XMTP1010", "not found", StatusCode.NotFound, false,
        "See /swagger.json for the paths that exist.");

    /// <summary>The path exists, with another method.</summary>
    public static readonly ErrorCode MethodNotAllowed = new("XMTP1011", "method not allowed", StatusCode.Unimplemented, false,
        "Use POST.");

    /// <summary>The answer would be larger than the node is willing to gather.</summary>
    public static readonly ErrorCode ResponseTooLarge = new("XMTP1012", "response too large", StatusCode.ResourceExhausted, false,
        "Ask for fewer rows a page, or for fewer queries in a batch.");

    /// <summary>A body compressed in a way the node does not read.</summary>
    public static readonly ErrorCode EncodingUnsupported = new("XMTP1013", "encoding unsupported", StatusCode.Unimplemented, false,
        "Send the body as it is; gRPC bodies may also be compressed with gzip.");

    /// <summary>The topic stands for something that only a node says.</summary>
    public static readonly ErrorCode TopicReserved = new("XMTP1014", "topic reserved", StatusCode.InvalidArgument, false,
        "Publish to another topic.");

    /// <summary>A request of an operator that cannot be understood.</summary>
    public static readonly ErrorCode AdminRequestInvalid = new("XMTP1015", "admin request invalid", StatusCode.InvalidArgument, false,
        "Correct what the text names; docs/reference/admin.md lists every route and member.");

    /// <summary>The publish token is missing, malformed, expired or signed by nobody we can name.</summary>
    public static readonly ErrorCode Unauthenticated = new("XMTP2001", "token refused", StatusCode.Unauthenticated, false,
        "Make a new token (valid for one hour) and check this machine's clock.");

    /// <summary>The wallet may not write to that topic.</summary>
    public static readonly ErrorCode TopicRestricted = new("XMTP2002", "topic restricted", StatusCode.PermissionDenied, false,
        "Only the owner of a contact or private store topic may write there, under its EIP-55 address.");

    /// <summary>The wallet is on the deny list.</summary>
    public static readonly ErrorCode WalletDenied = new("XMTP2003", "wallet denied", StatusCode.PermissionDenied, false,
        "Ask the operator of this node.");

    /// <summary>Too many requests from this client.</summary>
    public static readonly ErrorCode RateLimited = new("XMTP2004", "rate limited", StatusCode.ResourceExhausted, true,
        "Wait as long as Retry-After says, then go on more slowly.");

    /// <summary>An operator's request without the token of this node.</summary>
    public static readonly ErrorCode AdminTokenRefused = new("XMTP2005", "admin token refused", StatusCode.Unauthenticated, false,
        "Send the text of the node's token file, admin.token in its data directory, as Authorization: Bearer.");

    /// <summary>A request to the admin port by a name that is not the node's, or from a web page.</summary>
    public static readonly ErrorCode AdminHostRefused = new("XMTP2006", "admin host refused", StatusCode.PermissionDenied, false,
        "Call it by an IP address or localhost, or name the host in --admin-host. Web pages are never answered.");

    /// <summary>The node is starting, stopping, or dropped a reader that fell behind.</summary>
    public static readonly ErrorCode Unavailable = new("XMTP3001", "unavailable", StatusCode.Unavailable, true,
        "Try again after a short wait, with the same timestamps.");

    /// <summary>The store failed.</summary>
    public static readonly ErrorCode StorageFailed = new("XMTP3002", "storage failed", StatusCode.Internal, true,
        "Nothing was acknowledged. Try again with the same timestamps; the operator finds the cause in the node's log.");

    /// <summary>A defect of the node.</summary>
    public static readonly ErrorCode Internal = new("XMTP3003", "internal error", StatusCode.Internal, true,
        "Try again; if it lasts, report it with the text.");

    /// <summary>The caller's deadline passed first.</summary>
    public static readonly ErrorCode DeadlineExceeded = new("XMTP3004", "deadline exceeded", StatusCode.DeadlineExceeded, true,
        "Allow more time. A publish may have been stored; repeat it with the same timestamps.");

    /// <summary>The data directory has another format or belongs to a running process.</summary>
    public static readonly ErrorCode StoreUnusable = new("XMTP3005", "store unusable", StatusCode.FailedPrecondition, false,
        "Stop the other process, or use the version that wrote the data.");

    /// <summary>The options a node was started with do not hold together.</summary>
    public static readonly ErrorCode OptionsInvalid = new("XMTP3006", "options invalid", StatusCode.FailedPrecondition, false,
        "Correct the options that are named; --help lists all of them.");

    /// <summary>A node cannot listen on a port it was told to use.</summary>
    public static readonly ErrorCode ListenFailed = new("XMTP3007", "cannot listen", StatusCode.FailedPrecondition, false,
        "Stop the process that has the port, or choose another port or address.");

    /// <summary>The caller went away before the answer.</summary>
    public static readonly ErrorCode Cancelled = new("XMTP3008", "cancelled", StatusCode.Cancelled, true,
        "Nothing to do when it was meant. A publish may have been stored; repeat it with the same timestamps.");

    /// <summary>The time was up before as many nodes had a publish on stable storage as were asked for.</summary>
    public static readonly ErrorCode AcknowledgementNotReached = new("XMTP3010", "acknowledgement level not reached", StatusCode.DeadlineExceeded, true,
        "The envelopes are stored and will spread. Publishing them again with the same timestamps is harmless and waits once more.");

    /// <summary>The node's key cannot be read, or the network's settings do not hold together.</summary>
    public static readonly ErrorCode NetworkUnusable = new("XMTP3011", "network unusable", StatusCode.FailedPrecondition, false,
        "Correct what the text names: the key file in the data directory, the network's name, or the addresses of other nodes.");

    /// <summary>Another node said something that a correct node never says.</summary>
    public static readonly ErrorCode PeerMisbehaved = new("XMTP3012", "peer misbehaved", StatusCode.InvalidArgument, false,
        "Nothing of it was taken. Look at that node; if its log was frozen for good, its operator needs a new node key.");

    /// <summary>What an operator asks for cannot be done with this node as it is.</summary>
    public static readonly ErrorCode OperationRefused = new("XMTP3013", "operation refused", StatusCode.FailedPrecondition, false,
        "Do what the text says first.");

    /// <summary>A backup or an export that is damaged, incomplete or not what it says.</summary>
    public static readonly ErrorCode ArchiveUnusable = new("XMTP3014", "archive unusable", StatusCode.FailedPrecondition, false,
        "Nothing was put in place. Take another copy of the file, or another file.");

    /// <summary>The peer has never published a contact.</summary>
    public static readonly ErrorCode NotOnNetwork = new("XMTP4001", "not on the network", StatusCode.NotFound, false,
        "The peer must create an identity first.");

    /// <summary>A text is not an address, or its checksum is wrong.</summary>
    public static readonly ErrorCode AddressInvalid = new("XMTP4002", "address invalid", StatusCode.InvalidArgument, false,
        "Give 0x and 40 hex digits, all lower case or with a right EIP-55 checksum.");

    /// <summary>The peer is this account.</summary>
    public static readonly ErrorCode SelfMessaging = new("XMTP4003", "self messaging refused", StatusCode.InvalidArgument, false,
        "Choose another peer.");

    /// <summary>A private key bundle exists but cannot be opened with this wallet.</summary>
    public static readonly ErrorCode IdentityUnreadable = new("XMTP4004", "identity unreadable", StatusCode.FailedPrecondition, false,
        "Sign with the wallet that created the identity. A new identity is never made over an existing one.");

    /// <summary>Keys, signatures or ciphertext that do not hold together.</summary>
    public static readonly ErrorCode CryptographyFailed = new("XMTP4005", "cryptographic check failed", StatusCode.InvalidArgument, false,
        "The data was altered or made for someone else; it is safe to ignore.");

    /// <summary>A structure without a required part, or with a part of the wrong length.</summary>
    public static readonly ErrorCode MalformedData = new("XMTP4006", "malformed data", StatusCode.InvalidArgument, false,
        "The sender's software wrote something that is not XMTP; it is safe to ignore.");

    /// <summary>The wallet refused, failed, or signed something else than what it was shown.</summary>
    public static readonly ErrorCode WalletFailed = new("XMTP4007", "wallet failed", StatusCode.FailedPrecondition, true,
        "Approve the request in the wallet, with the account that was named.");

    /// <summary>No codec is registered for a content type, or the codec refused the content.</summary>
    public static readonly ErrorCode ContentUnsupported = new("XMTP4008", "content unsupported", StatusCode.Unimplemented, false,
        "Register a codec for the content type, or show the fallback text.");

    /// <summary>The account exists under another form of keys than this operation needs.</summary>
    public static readonly ErrorCode LegacyKeysRequired = new("XMTP4009", "legacy keys required", StatusCode.FailedPrecondition, false,
        "V1 conversations need V1-shaped keys on both sides; use a V2 conversation.");

    /// <summary>The key file cannot be opened with that passphrase, or is damaged.</summary>
    public static readonly ErrorCode KeyFileUnreadable = new("XMTP4010", "key file unreadable", StatusCode.FailedPrecondition, false,
        "Check the passphrase and the file.");

    /// <summary>The provider of cryptography that was asked for does not work on this machine.</summary>
    public static readonly ErrorCode CryptographyUnavailable = new("XMTP4011", "cryptography unavailable", StatusCode.FailedPrecondition, false,
        "Install libsecp256k1 (Debian, Ubuntu: apt-get install libsecp256k1-1 or -2), or unset XMTP_CRYPTO to use the managed provider.");

    /// <summary>Compressed content that inflates, or nests, beyond what this client accepts.</summary>
    public static readonly ErrorCode ContentTooLarge = new("XMTP4012", "content too large", StatusCode.ResourceExhausted, false,
        "Send large content as a remote attachment; a reader who trusts the sender may raise its content limits.");

    /// <summary>The node took a publish and did not say that the acknowledgement level asked for was reached.</summary>
    public static readonly ErrorCode AcknowledgementUnknown = new("XMTP4013", "acknowledgement level unknown", StatusCode.Unimplemented, false,
        "The envelopes are stored at that node, which knows no such levels. Use nodes that do, or ask for the local level.");

    /// <summary>The local store does not open with this key, or its bytes were changed.</summary>
    public static readonly ErrorCode LocalStoreUnreadable = new("XMTP4014", "local store unreadable", StatusCode.FailedPrecondition, false,
        "Give the key that the store was made with. If it is lost or the store is damaged, delete the store: the network holds all but what waited to be sent.");

    /// <summary>The local store belongs to another account, or holds none.</summary>
    public static readonly ErrorCode LocalStoreOfOther = new("XMTP4015", "local store of another account", StatusCode.FailedPrecondition, false,
        "Use one store for each account; open a new store with a wallet or exported keys first.");

    /// <summary>The payload of a remote attachment could not be uploaded or downloaded.</summary>
    public static readonly ErrorCode AttachmentTransferFailed = new("XMTP4016", "attachment transfer failed", StatusCode.Unavailable, true,
        "Check the connection and try again. If the server answers that it is not there, ask the sender for it.");

    /// <summary>All of them, by id.</summary>
    public static IReadOnlyDictionary<string, ErrorCode> All { get; } = new[]
    {
        TopicTooLong, MessageTooLong, TimestampOutOfRange, TopicsRequired, PageTooLarge, CursorInvalid, BatchTooLarge,
        MalformedRequest, RequestTooLarge, NotFound, MethodNotAllowed, ResponseTooLarge, EncodingUnsupported, TopicReserved, AdminRequestInvalid, Unauthenticated,
        TopicRestricted, WalletDenied, RateLimited, AdminTokenRefused, AdminHostRefused, Unavailable, StorageFailed, Internal, DeadlineExceeded, StoreUnusable,
        OptionsInvalid, ListenFailed, Cancelled, AcknowledgementNotReached, NetworkUnusable, PeerMisbehaved, OperationRefused, ArchiveUnusable, NotOnNetwork, AddressInvalid,
        SelfMessaging, IdentityUnreadable, CryptographyFailed, MalformedData, WalletFailed, ContentUnsupported,
        LegacyKeysRequired, KeyFileUnreadable, CryptographyUnavailable, ContentTooLarge, AcknowledgementUnknown,
        LocalStoreUnreadable, LocalStoreOfOther, AttachmentTransferFailed,
    }.ToFrozenDictionary(static code => code.Id, StringComparer.OrdinalIgnoreCase);
}
