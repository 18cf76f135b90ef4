using System.Xml.Linq;

namespace Xmtp.Architecture.Tests.Assemblies;

public class LayerTests
{
    private static readonly string[] Libraries = ["Xmtp.Protocol", "Xmtp.Cryptography", "Xmtp.Identity", "Xmtp.ContentTypes", "Xmtp.Client", "Xmtp.Extensions.Hosting", "Xmtp.Bots"];

    [Fact]
    public void Layers_EveryProject_HasItsPlace() =>
        Assert.Empty(SourceAssemblies.Projects.Except(Layers.Allowed.Keys));

    [Fact]
    public void Layers_Table_HasNoCircle()
    {
        // What a project may know, knows less than the project: otherwise two could know each other.
        foreach (var (project, allowed) in Layers.Allowed)
        {
            Assert.DoesNotContain(project, allowed);
            Assert.All(allowed, below => Assert.DoesNotContain(project, Layers.Allowed[below]));
        }
    }

    [Fact]
    public void ProjectReferences_OfSources_PointDown() => Exemptions.None.Check(
        from project in Projects("src/")
        from reference in References(project)
        let name = Path.GetFileNameWithoutExtension(project)
        where !reference.StartsWith("src/", StringComparison.Ordinal) || !Layers.Allowed[name].Contains(Path.GetFileNameWithoutExtension(reference))
        select new Violation(project, $"may not refer to {reference}"));

    [Fact]
    public void AssemblyReferences_OfSources_PointDown() => Exemptions.None.Check(
        from assembly in SourceAssemblies.All
        from reference in assembly.GetReferencedAssemblies()
        let project = SourceAssemblies.ProjectOf(assembly.GetName())!
        let below = SourceAssemblies.ProjectOf(reference)
        where below is not null && !Layers.Allowed[project].Contains(below)
        select new Violation(project, $"uses {below}"));

    [Fact]
    public void AssemblyReferences_OfCores_HaveNoHostInside() => Exemptions.None.Check(
        from assembly in SourceAssemblies.All
        from reference in assembly.GetReferencedAssemblies()
        from forbidden in Layers.Forbidden
        where SourceAssemblies.ProjectOf(assembly.GetName()) == forbidden.Project && reference.Name!.StartsWith(forbidden.Prefix, StringComparison.OrdinalIgnoreCase)
        select new Violation(forbidden.Project, $"uses {reference.Name}"));

    // Native compilation and trimming are promised to application authors.
    [Fact]
    public void Libraries_Analysis_ForAheadOfTimeCompilationIsOn() => Exemptions.None.Check(
        from project in Projects("src/")
        where Libraries.Contains(Path.GetFileNameWithoutExtension(project))
        where XDocument.Parse(Repository.Read(project)).Descendants("IsAotCompatible").All(element => element.Value != "true")
        select new Violation(project, "lacks <IsAotCompatible>true</IsAotCompatible>"));

    // The build builds and tests what the solution lists: a project outside it would rot unseen. What templates hold is built
    // where it is put, from packages; a test of the packages does that.
    [Fact]
    public void Solution_EveryProject_IsListed()
    {
        var listed = XDocument.Parse(Repository.Read("Xmtp.slnx")).Descendants("Project").Select(element => element.Attribute("Path")!.Value).ToList();
        Assert.Equal(Projects("").Where(static path => !path.StartsWith("templates/Xmtp.Templates/content/", StringComparison.Ordinal)).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Projects(string folder) =>
        Repository.Files.Where(path => path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal));

    // What is only built before, as the web inbox is before the node, is not known.
    private static IEnumerable<string> References(string project) =>
        from element in XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference")
        where element.Attribute("ReferenceOutputAssembly")?.Value != "false"
        let path = Path.Combine(Path.GetDirectoryName(Repository.FullPath(project))!, element.Attribute("Include")!.Value)
        select Path.GetRelativePath(Repository.Root, Path.GetFullPath(path)).Replace('\\', '/');
}
