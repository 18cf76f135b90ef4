using Xmtp.Cryptography;
using Xmtp.TestSupport;

namespace Xmtp.Conformance.Vectors;

/// <summary>Theory rows over every implementation of the primitives: each vector must come out of each.</summary>
internal static class Providers
{
    /// <summary>Each provider once.</summary>
    public static TheoryData<string> Both => [.. CryptoProviders.Names];

    public static CryptoProvider Get(string name) => CryptoProviders.Get(name);

    /// <summary>Each provider with each row.</summary>
    public static TheoryData<string, T> With<T>(IEnumerable<T> rows)
    {
        var data = new TheoryData<string, T>();
        foreach (var row in rows)
            foreach (var name in CryptoProviders.Names) data.Add(name, row);
        return data;
    }

    /// <summary>Each provider with the index of each item of a list.</summary>
    public static TheoryData<string, int> WithEach(Vector list) => With(Enumerable.Range(0, list.Count));
}
