namespace PushServer.Delivering;

internal enum Outcome
{
    /// <summary>The receiver has it.</summary>
    Delivered,

    /// <summary>It may work later.</summary>
    Failed,

    /// <summary>The receiver does not want this one.</summary>
    Refused,

    /// <summary>The receiver is no more: the installation is removed.</summary>
    Gone,

    /// <summary>It was tried for long enough.</summary>
    Expired,
}
