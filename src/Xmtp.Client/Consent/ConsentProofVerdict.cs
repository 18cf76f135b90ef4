namespace Xmtp.Client.Consent;

/// <summary>What checking a consent proof gave.</summary>
public enum ConsentProofVerdict
{
    /// <summary>The account's wallet signed it for this sender, recently.</summary>
    Valid,

    /// <summary>It states no time.</summary>
    NoTimestamp,

    /// <summary>It is dated in the future.</summary>
    InFuture,

    /// <summary>It is older than <see cref="ConsentProof.AgeMax"/>.</summary>
    Expired,

    /// <summary>The signature is no 65-byte wallet signature in hex.</summary>
    SignatureMalformed,

    /// <summary>Someone else signed it, or it was signed for another sender or time.</summary>
    WrongSigner,
}
