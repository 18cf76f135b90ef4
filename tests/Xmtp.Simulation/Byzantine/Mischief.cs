namespace Xmtp.Simulation.Byzantine;

/// <summary>What a node that is no correct one does.</summary>
internal enum Mischief
{
    /// <summary>Signs two histories and shows one to each half.</summary>
    Equivocate,

    /// <summary>Passes on entries of others with changes: other bytes, another order, left out, under a head of its own.</summary>
    Forge,

    /// <summary>Says that it has more than there is, of every log.</summary>
    Boast,

    /// <summary>Sends bytes without sense, frames with nonsense in every field, and frames that are too long.</summary>
    Garble,

    /// <summary>Asks for everything again and again, and takes nothing.</summary>
    Pester,

    /// <summary>Writes a log with wrong times and contents under good signatures.</summary>
    Misdate,
}
