using System.Reflection;
using System.Xml.Linq;

namespace Xmtp.Architecture.Tests.Assemblies;

/// <summary>The built projects of src.</summary>
internal static class SourceAssemblies
{
    private static readonly Dictionary<string, string> ProjectsByAssembly = Repository.Files
        .Where(path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal))
        .ToDictionary(AssemblyName, path => Path.GetFileNameWithoutExtension(path)!);

    /// <summary>Names of the projects under src.</summary>
    public static IReadOnlyCollection<string> Projects => ProjectsByAssembly.Values;

    public static IReadOnlyList<Assembly> All { get; } = [.. ProjectsByAssembly.Keys.Select(Assembly.Load)];

    public static bool IsOurs(Assembly assembly) => ProjectOf(assembly.GetName()) is not null;

    /// <summary>The project under src that an assembly was built from; null when it comes from elsewhere.</summary>
    public static string? ProjectOf(AssemblyName assembly) => ProjectsByAssembly.GetValueOrDefault(assembly.Name!);

    // A project may call its assembly otherwise, as the command does.
    private static string AssemblyName(string project) =>
        XDocument.Parse(Repository.Read(project)).Descendants("AssemblyName").SingleOrDefault()?.Value ?? Path.GetFileNameWithoutExtension(project);
}
